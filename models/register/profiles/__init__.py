"""Import profiles (导入模板) that come with the product: how the columns of known files become the register's."""
