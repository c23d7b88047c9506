"""What exercise authors need: proving, scaffolding, handing out."""
