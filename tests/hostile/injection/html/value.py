"""Words in HTML, and in what a page may hold besides."""

TEXT = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>"
    "</pre></td></table><h1>10/10</h1><!-- &lt; javascript:alert(1) ${7*7} {{7*7}} ]]>"
)


class Value:
    def __init__(self, data):
        print(TEXT)
        raise ValueError(TEXT)
