"""What goes back to learners and platforms after a batch: pages, uploads, tables.

`pages` names and makes a page for everybody who handed something in, `uploads` packs them as the
platform wants them, `tables` hands the marks over, `made` writes only what changed, and `give`
does it all. Everything is made from the gradebook alone.
"""

from grader.batch.feedback.give import Feedback, Listener, Written

__all__ = ["Feedback", "Listener", "Written"]
