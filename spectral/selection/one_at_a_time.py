"""In one process one training waits for another.

Torch's random numbers and its number of threads belong to the process: trainings in several of its
threads, as joblib's threading backend starts them, would draw each other's.
"""

from threading import Lock

ONE_AT_A_TIME = Lock()
