using Orleans.Concurrency;

namespace Orleans.MLOps.Serving;

/// <summary>A serving endpoint: which versions answer. Key: <see cref="EndpointKey"/>.</summary>
[Alias("mlops.serving.endpoint-grain")]
public interface IEndpointGrain : IGrainWithStringKey
{
    /// <summary>Creates or changes the endpoint. Idempotent by operation id. <see cref="FailedPreconditionException"/> for another revision, for a version that may not serve and for versions whose inputs differ.</summary>
    [Alias("deploy")]
    Task<EndpointInfo> Deploy(DeployEndpoint command, CancellationToken cancellationToken = default);

    /// <summary>Routes to the variants before the last change. Idempotent by operation id; <see cref="FailedPreconditionException"/> if there are none.</summary>
    [Alias("rollback")]
    Task<EndpointInfo> Rollback(string reason, string operationId, CancellationToken cancellationToken = default);

    /// <summary>Removes the endpoint. Idempotent by operation id; <see cref="NotFoundException"/> if there is none, <see cref="FailedPreconditionException"/> for another revision.</summary>
    [Alias("remove")]
    Task Remove(RemoveEndpoint command, CancellationToken cancellationToken = default);

    /// <summary>Unloads the endpoint: it answers nothing until it is loaded or deployed, and keeps its plan and history. Idempotent; <see cref="NotFoundException"/> if there is none.</summary>
    [Alias("unload")]
    Task<EndpointInfo> Unload(string operationId, CancellationToken cancellationToken = default);

    /// <summary>Loads an endpoint that was unloaded, by its plan. Idempotent; <see cref="NotFoundException"/> if there is none.</summary>
    [Alias("load")]
    Task<EndpointInfo> Load(string operationId, CancellationToken cancellationToken = default);

    /// <summary>The endpoint as it is stored, or <see cref="EndpointInfo.Unconfirmed"/> while the store is away; <see cref="NotFoundException"/> if it does not exist. It does not wait for a change that is under way.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<EndpointInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The endpoint, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<EndpointInfo?> GetState();
}
