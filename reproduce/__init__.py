"""The paper reproduced: three experiments, seven figures, the claims."""
