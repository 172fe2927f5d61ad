namespace Orleans.MLOps.Server.Node;

/// <summary>The ports of one node, all decided.</summary>
internal sealed record NodePorts(int Http, int Grpc, int Silo, int? OrleansGateway);
