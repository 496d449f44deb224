"""What one build is told: its parameters and the state of its inputs."""
