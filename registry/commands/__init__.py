"""What is asked: the only thing outsiders may say. Imperative, frozen, one type a wish."""
