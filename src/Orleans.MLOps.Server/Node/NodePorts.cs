namespace Orleans.MLOps.Server.Node;

/// <summary>The loopback ports of one node, all decided.</summary>
internal sealed record NodePorts(int Http, int Grpc, int Silo, int? OrleansGateway);
