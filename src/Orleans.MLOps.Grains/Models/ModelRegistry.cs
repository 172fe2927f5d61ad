using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>
/// What a registered model decides, as functions of its state and a command. Deciding throws or answers without changing anything;
/// applying a decision changes the state and cannot fail.
/// </summary>
internal static class ModelRegistry
{
    public const int LongestHistory = 200;
    public const int RememberedOperations = 256;

    private const int LongestAlias = 100;
    private const int LongestOperationId = 200;
    private const int LongestReason = 1000;

    /// <summary>The number of the version that the command registered before, or null when it is new.</summary>
    /// <exception cref="AlreadyExistsException">The operation id belongs to other weights.</exception>
    public static int? FindRegistered(ModelState state, RegisterModelVersion command)
    {
        CheckOperationId(command.OperationId);
        var index = state.Versions.FindIndex(version => version.OperationId == command.OperationId);
        if (index >= 0 && state.Versions[index].Digest != command.Weights.Digest)
        {
            throw new AlreadyExistsException(
                $"Operation '{command.OperationId}' registered version {index + 1} of model '{command.Model}' with weights {state.Versions[index].Digest}, now given {command.Weights.Digest}.",
                "operation_id");
        }

        return index >= 0 ? index + 1 : null;
    }

    /// <summary>The record of the next version.</summary>
    public static ModelVersionInfo Decide(ModelState state, RegisterModelVersion command, DateTimeOffset now) => new()
    {
        Project = command.Project,
        Model = command.Model,
        Version = state.Versions.Count + 1,
        Digest = command.Weights.Digest,
        Status = command.Parity.Passed ? ModelVersionStatus.Ready : ModelVersionStatus.Refused,
        Onnx = command.Onnx,
        Weights = command.Weights,
        NetworkJson = command.NetworkJson,
        Signature = command.Signature,
        Parity = command.Parity,
        Reference = command.Reference,
        Job = command.Job,
        RunId = command.RunId,
        DatasetVersion = command.DatasetVersion,
        FeatureView = command.FeatureView,
        Metrics = command.Metrics,
        CreatedAt = now,
    };

    public static void Apply(ModelState state, ModelVersionInfo version, string operationId, string record)
    {
        state.CreatedAt ??= version.CreatedAt;
        state.Versions.Add(new ModelVersionEntry { OperationId = operationId, Digest = version.Digest, Status = version.Status, Record = record });
    }

    /// <summary>What an alias command does.</summary>
    /// <exception cref="NotFoundException">The model or the version does not exist.</exception>
    /// <exception cref="FailedPreconditionException">The alias is elsewhere, or the version may not serve.</exception>
    public static AliasDecision Decide(ModelState state, SetAlias command, DateTimeOffset now)
    {
        Check(command);
        if (state.Operations.Find(known => known.OperationId == command.OperationId) is { } known)
        {
            return known.Alias == command.Alias && known.From == command.ExpectedVersion && known.To == command.Version
                ? AliasDecision.Repeated
                : throw new AlreadyExistsException(
                    $"Operation '{command.OperationId}' moved alias '{known.Alias}' from {Name(known.From)} to {Name(known.To)}; it cannot do something else.",
                    "operation_id");
        }

        RequireVersion(state, command);
        var current = state.Aliases.Find(alias => alias.Name == command.Alias)?.Version;
        if (current != command.ExpectedVersion)
        {
            throw new FailedPreconditionException(
                $"Alias '{command.Alias}' of model '{command.Model}' points to {Name(current)}, not to {Name(command.ExpectedVersion)} as expected.",
                "expected_version");
        }

        return new AliasDecision(
            new AliasOperation { OperationId = command.OperationId, Alias = command.Alias, From = current, To = command.Version },
            current == command.Version
                ? null
                : new AliasChange { Alias = command.Alias, From = current, To = command.Version, Reason = command.Reason, At = now });
    }

    public static void Apply(ModelState state, AliasDecision decision)
    {
        if (decision.Operation is { } operation)
        {
            Append(state.Operations, operation, RememberedOperations);
        }

        if (decision.Change is { } change)
        {
            state.Aliases.RemoveAll(alias => alias.Name == change.Alias);
            if (change.To is { } version)
            {
                state.Aliases.Add(new ModelAlias { Name = change.Alias, Version = version, SetAt = change.At });
            }

            Append(state.History, change, LongestHistory);
        }
    }

    /// <summary>The model as callers see it, or null when it does not exist.</summary>
    public static ModelInfo? Describe(ModelState state, ModelKey key) => state.CreatedAt is not { } created ? null : new ModelInfo
    {
        Project = key.Project,
        Name = key.Name,
        LatestVersion = state.Versions.Count,
        Aliases = [.. state.Aliases.OrderBy(alias => alias.Name, StringComparer.Ordinal)],
        History = [.. state.History],
        CreatedAt = created,
    };

    private static void RequireVersion(ModelState state, SetAlias command)
    {
        if (state.CreatedAt is null)
        {
            throw new NotFoundException($"Model '{command.Model}' of project '{command.Project}' does not exist.", "model");
        }

        if (command.Version is not { } version)
        {
            return;
        }

        if (version < 1 || version > state.Versions.Count)
        {
            throw new NotFoundException($"Model '{command.Model}' has no version {version}; it has 1 to {state.Versions.Count}.", "version");
        }

        if (state.Versions[version - 1].Status != ModelVersionStatus.Ready)
        {
            throw new FailedPreconditionException(
                $"Version {version} of model '{command.Model}' was refused because its export failed parity; no alias may point to it.", "version");
        }
    }

    private static void Check(SetAlias command)
    {
        CheckOperationId(command.OperationId);
        if (command.Alias is not { Length: > 0 and <= LongestAlias } alias || !alias.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new InvalidInputException(
                $"alias '{command.Alias}' is not allowed: 1 to {LongestAlias} letters, digits, '-' and '_' are.", "alias");
        }

        if (command.Reason?.Length > LongestReason)
        {
            throw new InvalidInputException($"reason has {command.Reason.Length} characters: at most {LongestReason} are allowed.", "reason");
        }
    }

    private static void CheckOperationId(string? operationId)
    {
        if (string.IsNullOrWhiteSpace(operationId) || operationId.Length > LongestOperationId)
        {
            throw new InvalidInputException($"operation_id '{operationId}' is not allowed: 1 to {LongestOperationId} characters are.", "operation_id");
        }
    }

    private static void Append<T>(List<T> list, T item, int longest)
    {
        list.Add(item);
        if (list.Count > longest)
        {
            list.RemoveRange(0, list.Count - longest);
        }
    }

    private static string Name(int? version) => version is { } number ? $"version {number}" : "nothing";
}
