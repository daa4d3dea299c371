"""What leaders look at: lateness by unit and age, completion and rank, the four indices, where accidents happened.

Every figure has a function that returns exactly the rows it counts, built on the same condition.
"""
