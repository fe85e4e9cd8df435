"""The bus on a Kafka cluster: for more than one machine."""
