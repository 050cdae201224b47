"""`voc doctor`: does everything that an installation needs work, and if not, what is to be done?"""
