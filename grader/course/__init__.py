"""What a course knows beside the submissions' code.

`downloads` takes in what its platform gives: who handed in what, and when. `roster` says who is in
the course, and fills the platform's own table. `policy` says what late work loses.
"""
