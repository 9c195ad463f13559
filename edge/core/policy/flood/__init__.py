"""What a river means: which readings may decide, which level stands, how much rain fell, what happens then."""
