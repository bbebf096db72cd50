"""The province's door: receives cases, answers, hands issued documents over."""
