"""Knowledge (知识库): what is asked of an accident, and whose duty what is, with its law: data, and pure rules that read it."""
