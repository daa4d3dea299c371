"""Warnings judged on real years: lists made from what was known, held against what came (`make backtest`)."""
