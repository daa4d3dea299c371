"""What leaders look at: lateness by unit and age, how units keep their days, where accidents were investigated.

Every figure has a function that returns exactly the rows it counts, built on the same condition.
"""
