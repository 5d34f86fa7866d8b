"""Runs: seeds trained by several processes, stored one by one, resumed after an interruption."""
