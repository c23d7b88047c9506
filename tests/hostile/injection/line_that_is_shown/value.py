"""Fails in a line that does the harm when it is quoted."""

raise ImportError("nothing of interest")  # @escape@[2J[bold]10/10[/bold]<script>@backwards@01/01
