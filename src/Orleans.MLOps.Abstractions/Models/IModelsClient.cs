using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Models;

/// <summary>The model registry through the SDK. Unknown models and versions are <see cref="NotFoundException"/>; a refused call changes nothing.</summary>
public interface IModelsClient
{
    /// <summary>A registered model with its aliases.</summary>
    Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>A version.</summary>
    Task<ModelVersionInfo> GetVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The version that an alias points to.</summary>
    Task<ModelVersionInfo> GetVersionByAliasAsync(string model, string alias, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Stores bytes for <see cref="RegisterAsync"/> by streaming; durable when it returns. Safe to repeat: the same bytes are the same blob.</summary>
    Task<BlobRef> UploadAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Registers an immutable version. Idempotent by operation id. A version whose export failed parity is kept as Refused and may not serve.</summary>
    Task<ModelVersionInfo> RegisterAsync(RegisterModelVersion command, CancellationToken cancellationToken = default);

    /// <summary>Makes a registered model without versions. Safe to repeat unless it must be new, which is <see cref="AlreadyExistsException"/>.</summary>
    Task<ModelInfo> CreateAsync(CreateModel command, CancellationToken cancellationToken = default);

    /// <summary>Changes description and tags of a model. Safe to repeat.</summary>
    Task<ModelInfo> UpdateAsync(UpdateModel command, CancellationToken cancellationToken = default);

    /// <summary>Gives a model another name. <see cref="FailedPreconditionException"/> once a version carried weights; <see cref="AlreadyExistsException"/> when the name is taken.</summary>
    Task<ModelInfo> RenameAsync(RenameModel command, CancellationToken cancellationToken = default);

    /// <summary>Deletes a model with its versions, aliases and history. <see cref="FailedPreconditionException"/> while an alias exists, unless no version ever carried weights.</summary>
    Task DeleteAsync(string model, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Changes description and tags of a version. Safe to repeat.</summary>
    Task<ModelVersionInfo> UpdateVersionAsync(UpdateModelVersion command, CancellationToken cancellationToken = default);

    /// <summary>Deletes a version for good; its number stays used. <see cref="FailedPreconditionException"/> while an alias points to a version with weights; aliases of a foreign one go with it.</summary>
    Task DeleteVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Moves a version into a stage. <see cref="FailedPreconditionException"/> when a gate of that stage refuses. Safe to repeat.</summary>
    Task<ModelVersionInfo> TransitionStageAsync(TransitionStage command, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias by compare-and-set. <see cref="FailedPreconditionException"/> when it is elsewhere or a gate refuses, with every gate's figures. Idempotent by operation id.</summary>
    Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default);

    /// <summary>Moves an alias back to an earlier holder. Idempotent by operation id.</summary>
    Task<ModelInfo> RollbackAsync(RollbackAlias command, CancellationToken cancellationToken = default);

    /// <summary>The moves of a model's aliases, newest first, all of them by pages.</summary>
    Task<AliasHistoryPage> GetAliasHistoryAsync(AliasHistoryQuery query, CancellationToken cancellationToken = default);

    /// <summary>Replaces the gates of an alias. Safe to repeat.</summary>
    Task<AliasGates> SetGatesAsync(SetGates command, CancellationToken cancellationToken = default);

    /// <summary>The gates of all aliases of a model that have some, in order of names.</summary>
    Task<AliasGates[]> GetGatesAsync(string model, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>What the gates of an alias would say about a version. Changes nothing.</summary>
    Task<GateEvaluation> EvaluateGatesAsync(EvaluateGates query, CancellationToken cancellationToken = default);

    /// <summary>Approves a version. Safe to repeat.</summary>
    Task<ModelVersionInfo> ApproveAsync(ApproveVersion command, CancellationToken cancellationToken = default);

    /// <summary>Two versions of a model side by side.</summary>
    Task<ModelComparison> CompareAsync(string model, int left, int right, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The card of a version.</summary>
    Task<ModelCard> GetCardAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Writes a card over the generated one. Safe to repeat.</summary>
    Task<ModelCard> EditCardAsync(EditModelCard command, CancellationToken cancellationToken = default);

    /// <summary>One page of registered models. <see cref="InvalidInputException"/> says where the filter is wrong.</summary>
    Task<ModelPage> SearchAsync(ModelQuery query, CancellationToken cancellationToken = default);

    /// <summary>One page of versions of all models. <see cref="InvalidInputException"/> says where the filter is wrong.</summary>
    Task<ModelVersionPage> SearchVersionsAsync(ModelVersionQuery query, CancellationToken cancellationToken = default);

    /// <summary>The newest version of each stage of some models, in order of models and stages.</summary>
    Task<ModelVersionInfo[]> ListLatestVersionsAsync(LatestVersionsQuery query, CancellationToken cancellationToken = default);
}
