"""常德经济技术开发区 as a demo zone: its organisation, plan, lights and invented people."""
