using Orleans.Concurrency;

namespace Orleans.MLOps.Experiments;

/// <summary>A logged model. It caches nothing. Key: <see cref="LoggedModelKey"/>.</summary>
[Alias("mlops.experiments.logged-model-grain")]
public interface ILoggedModelGrain : IGrainWithStringKey
{
    /// <summary>Creates the model. Idempotent; <see cref="FailedPreconditionException"/> if the experiment is deleted.</summary>
    [AlwaysInterleave]
    [Alias("create")]
    Task<LoggedModelInfo> Create(CreateLoggedModel command, CancellationToken cancellationToken = default);

    /// <summary>Changes the model, all or nothing. Idempotent unless it removes tags.</summary>
    [AlwaysInterleave]
    [Alias("update")]
    Task<LoggedModelInfo> Update(UpdateLoggedModel command, CancellationToken cancellationToken = default);

    /// <summary>The model, deleted or not; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<LoggedModelInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The model, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<LoggedModelInfo?> GetState();
}
