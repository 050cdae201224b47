"""The proof under fire (`make soak`): the whole pipeline on a real Kafka while everything in it is killed, again and again."""
