using Orleans.Concurrency;

namespace Orleans.MLOps.Models;

/// <summary>
/// A registered model: its versions, aliases and gates. Key: <see cref="ModelKey"/>. The only door to what it writes; unknown models and
/// versions are <see cref="NotFoundException"/>.
/// </summary>
[Alias("mlops.models.model-grain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Adds an immutable version. Idempotent by operation id. A version whose export failed parity is kept as Refused and may not serve.</summary>
    [Alias("register")]
    Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken = default);

    /// <summary>Makes the model without versions.</summary>
    [Alias("create")]
    Task<ModelInfo> Create(CreateModel command, CancellationToken cancellationToken = default);

    /// <summary>Changes description and tags.</summary>
    [Alias("update")]
    Task<ModelInfo> Update(UpdateModel command, CancellationToken cancellationToken = default);

    /// <summary>Gives the model another name; from then on the grain of that name is its door.</summary>
    [Alias("rename")]
    Task<ModelInfo> Rename(RenameModel command, CancellationToken cancellationToken = default);

    /// <summary>Deletes the model with all it has.</summary>
    [Alias("delete")]
    Task Delete(CancellationToken cancellationToken = default);

    /// <summary>Changes description and tags of a version.</summary>
    [Alias("update-version")]
    Task<ModelVersionInfo> UpdateVersion(UpdateModelVersion command, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version; its number stays used.</summary>
    [Alias("delete-version")]
    Task DeleteVersion(int version, CancellationToken cancellationToken = default);

    /// <summary>Moves a version into a stage, through the gates set for it.</summary>
    [Alias("transition-stage")]
    Task<ModelVersionInfo> TransitionStage(TransitionStage command, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias by compare-and-set, through its gates. Idempotent by operation id; <see cref="FailedPreconditionException"/> when the alias is elsewhere or a gate refuses.</summary>
    [Alias("set-alias")]
    Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias back to an earlier holder. Idempotent by operation id.</summary>
    [Alias("rollback")]
    Task<ModelInfo> Rollback(RollbackAlias command, CancellationToken cancellationToken = default);

    /// <summary>Replaces the gates of an alias.</summary>
    [Alias("set-gates")]
    Task<AliasGates> SetGates(SetGates command, CancellationToken cancellationToken = default);

    /// <summary>Approves a version.</summary>
    [Alias("approve")]
    Task<ModelVersionInfo> Approve(ApproveVersion command, CancellationToken cancellationToken = default);

    /// <summary>Writes a card over the generated one.</summary>
    [Alias("edit-card")]
    Task<ModelCard> EditCard(EditModelCard command, CancellationToken cancellationToken = default);

    /// <summary>The moves of the aliases, newest first.</summary>
    [ReadOnly]
    [Alias("get-alias-history")]
    Task<AliasHistoryPage> GetAliasHistory(AliasHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>The gates of all aliases that have some, in order of names.</summary>
    [ReadOnly]
    [Alias("get-gates")]
    Task<AliasGates[]> GetGates(CancellationToken cancellationToken = default);

    /// <summary>What the gates of an alias would say about a version.</summary>
    [ReadOnly]
    [Alias("evaluate-gates")]
    Task<GateEvaluation> EvaluateGates(EvaluateGates query, CancellationToken cancellationToken = default);

    /// <summary>Two versions side by side.</summary>
    [ReadOnly]
    [Alias("compare")]
    Task<ModelComparison> Compare(int left, int right, CancellationToken cancellationToken = default);

    /// <summary>The card of a version.</summary>
    [ReadOnly]
    [Alias("get-card")]
    Task<ModelCard> GetCard(int version, CancellationToken cancellationToken = default);

    /// <summary>A version.</summary>
    [ReadOnly]
    [Alias("get-version")]
    Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken = default);

    /// <summary>The version that an alias points to.</summary>
    [ReadOnly]
    [Alias("get-version-by-alias")]
    Task<ModelVersionInfo> GetVersionByAlias(string alias, CancellationToken cancellationToken = default);

    /// <summary>The model.</summary>
    [ReadOnly]
    [Alias("get")]
    Task<ModelInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The model, or null; the dashboard shows it.</summary>
    [ReadOnly]
    [Alias("get-state")]
    Task<ModelInfo?> GetState();
}
