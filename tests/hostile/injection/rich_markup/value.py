"""Words in the markup of the library that draws the scorecard, well formed and broken."""

TEXT = "[bold green]10/10[/bold green] [link=file:///etc/passwd]here[/link] [/nope] [[ \\[x] :boom:"


class Value:
    def __init__(self, data):
        print(TEXT)
        raise ValueError(TEXT)
