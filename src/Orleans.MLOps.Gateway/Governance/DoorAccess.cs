namespace Orleans.MLOps.Gateway.Governance;

/// <summary>Whom a route or gRPC method lets in, where keys are asked for.</summary>
public enum DoorAccess
{
    /// <summary>Callers that are not limited to endpoints. What says nothing else is of this kind, so a new door is closed to limited callers.</summary>
    Unlimited,

    /// <summary>Every caller; the door itself asks <see cref="EndpointScope"/> for each endpoint that a request names.</summary>
    Endpoints,

    /// <summary>Operators only.</summary>
    Operators,
}
