"""Mutations of stackproof's own code: does a test notice?"""
