"""Read samples, run them in processes of their own, judge what they print."""
