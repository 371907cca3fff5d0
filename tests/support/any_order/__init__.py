"""What the machine of cases, rewards and objections is made of: its world, what is said in its acts, what must hold."""
