"""Link ``survival``: a box under load that loses its power, is killed, or finds its log torn, again and again."""
