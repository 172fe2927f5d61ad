namespace Orleans.MLOps.Gateway.Governance;

/// <summary>Says on a gRPC method, or as the metadata of a route, whom it lets in. The host that asks for keys acts by it.</summary>
/// <param name="access">Whom.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DoorAccessAttribute(DoorAccess access) : Attribute
{
    /// <summary>Whom it lets in.</summary>
    public DoorAccess Access { get; } = access;
}
