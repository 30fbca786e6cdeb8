"""Catalogue (服务事项目录): channels, service items and the matrix of both, as rows an administrator may change."""
