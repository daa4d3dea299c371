"""The pages: Streamlit, in Chinese, without any request to the outside."""
