"""Why a submission is wrong: known mistakes, and the smallest program that shows one."""
