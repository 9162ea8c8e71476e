"""What the pages of administration are given: rota, schemes, simulator, letters, lists, models, people."""
