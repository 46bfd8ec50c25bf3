"""The backend that reads tables in Apache Spark."""
