using System.Globalization;
using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What an endpoint may become. Pure: refusals are exceptions, and nothing is changed in place.</summary>
internal static class EndpointDecisions
{
    /// <summary>Versions that an endpoint of all serves at most.</summary>
    public const int MostFollowed = 1000;

    private const int KeptChanges = 100;
    private const int MostLatest = 100;

    public static void Validate(DeployEndpoint command)
    {
        EndpointOptionRules.Check(command);
        CanaryDecisions.Check(command);
        RequireOperationId(command.OperationId);
        if (command.Versions is not null)
        {
            CheckPolicy(command);
            return;
        }

        if (command.Variants.Length == 0)
        {
            throw new InvalidInputException($"Endpoint '{command.Name}' is given no variants; at least one is needed.", "variants");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variant in command.Variants)
        {
            if (string.IsNullOrWhiteSpace(variant.Name) || !names.Add(variant.Name))
            {
                throw new InvalidInputException($"Variant name '{variant.Name}' is empty or given twice.", "variants");
            }

            if (!(variant.Weight >= 0 && double.IsFinite(variant.Weight)))
            {
                throw new InvalidInputException($"Variant '{variant.Name}' has the weight {variant.Weight}; a finite number of at least 0 is needed.", "variants");
            }
        }

        if (command.Variants.All(variant => variant.Weight == 0))
        {
            throw new InvalidInputException($"All variants of endpoint '{command.Name}' have weight 0; one must be above.", "variants");
        }

    }

    /// <summary>The versions that a policy means, newest first, when those may serve that are given, newest first too.</summary>
    public static IReadOnlyList<int> Candidates(VersionPolicy policy, IReadOnlyList<int> servable) =>
        policy.Specific.Length > 0 ? [.. policy.Specific.OrderDescending()] : servable;

    /// <summary>How many versions a policy serves at most.</summary>
    public static int Most(VersionPolicy policy) => policy.All || policy.Specific.Length > 0 ? MostFollowed : policy.Latest;

    /// <summary>The variants by a policy: the newest version gets the traffic.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="versions">The versions that can serve, newest first.</param>
    /// <param name="before">The variants until now; their labels stay with their versions.</param>
    public static VariantSpec[] Follow(VersionPolicy policy, IReadOnlyList<int> versions, VariantSpec[]? before = null) =>
    [
        .. versions.Take(Most(policy)).Select((version, i) => new VariantSpec
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"v{version}"),
            Version = version,
            Weight = i == 0 ? 1 : 0,
            Labels = [.. (before ?? []).Where(variant => variant.Version == version).SelectMany(variant => variant.Labels).Distinct()],
        }),
    ];

    /// <summary>The endpoint with the versions that its policy has come to; null when it has them already.</summary>
    public static EndpointInfo? Follow(EndpointInfo current, IReadOnlyList<int> servable, DateTimeOffset now) =>
        current.Versions is { } policy ? FollowSelected(current, Candidates(policy, servable), now) : null;

    /// <summary>The endpoint with the versions that can serve its policy, newest first; null when it has them already or there are none.</summary>
    public static EndpointInfo? FollowSelected(EndpointInfo current, IReadOnlyList<int> versions, DateTimeOffset now)
    {
        var variants = Follow(current.Versions!, versions, current.Variants);
        return variants.Length == 0 || variants.Select(variant => variant.Version).SequenceEqual(current.Variants.Select(variant => variant.Version))
            ? null
            : Change(current, variants, $"Version {variants[0].Version} is the newest that may serve.", now);
    }

    /// <summary>The endpoint unloaded; null when it is already. That is no change of its variants, so its history does not tell of it.</summary>
    public static EndpointInfo? Unload(EndpointInfo current, DateTimeOffset now) =>
        current.UnloadedAt is null ? current with { Revision = current.Revision + 1, UnloadedAt = now, UpdatedAt = now } : null;

    /// <summary>The endpoint loaded again.</summary>
    /// <param name="current">The endpoint.</param>
    /// <param name="versions">The versions that can serve by its policy now, newest first; null without a policy.</param>
    /// <param name="now">Now.</param>
    public static EndpointInfo Load(EndpointInfo current, IReadOnlyList<int>? versions, DateTimeOffset now)
    {
        // The time away is none of the canary's.
        var canary = current is { Canary: { Status: CanaryStatus.Running } running, UnloadedAt: { } away }
            ? running with { Since = running.Since + (now - away), Began = running.Began == default ? running.Since : running.Began }
            : current.Canary;
        var loaded = current with { UnloadedAt = null, Canary = canary };
        return versions is not null && FollowSelected(loaded, versions, now) is { } changed ? changed : loaded with { Revision = current.Revision + 1, UpdatedAt = now };
    }

    /// <summary>The endpoint after a step of its canary.</summary>
    public static EndpointInfo Step(EndpointInfo current, CanaryProgress progress, VariantSpec[] variants, DateTimeOffset now) =>
        Change(current with { Canary = progress }, variants, $"Canary of version {progress.Spec.Version}: {progress.Reason}", now);

    /// <summary>The versions of the variants, then those of canary and shadow.</summary>
    public static IEnumerable<int> Versions(DeployEndpoint command) =>
    [
        .. command.Variants.Select(variant => variant.Version),
        .. command.Canary is { } canary ? [canary.Version] : Array.Empty<int>(),
        .. command.Shadow is { } shadow ? [shadow.Version] : Array.Empty<int>(),
    ];

    public static void RequireOperationId(string? operationId)
    {
        if (string.IsNullOrWhiteSpace(operationId))
        {
            throw new InvalidInputException("operation id is empty; it names the command so that repeating it is safe.", "operation_id");
        }
    }

    public static EndpointInfo Deploy(
        EndpointInfo? current, int removedRevision, DeployEndpoint command, IReadOnlyList<ModelVersionInfo> versions, int? viewVersion, DateTimeOffset now)
    {
        RequireRevision(command.Name, command.ExpectedRevision, current?.Revision ?? 0);
        if (current is not null && current.Model != command.Model)
        {
            throw new FailedPreconditionException(
                $"Endpoint '{command.Name}' serves model '{current.Model}'; another model ('{command.Model}') needs an endpoint of its own.", "model");
        }

        foreach (var version in versions)
        {
            version.RequireServable("variants");
        }

        RequireSameInputs(versions);
        var (canary, variants) = command.Canary is { } spec ? CanaryDecisions.Begin(spec, command.Variants, now) : (null, command.Variants);
        return Change(
            (current ?? new EndpointInfo { Project = command.Project, Name = command.Name, Model = command.Model, Revision = removedRevision }) with
            {
                Model = command.Model,
                FeatureView = command.FeatureView,
                FeatureViewVersion = viewVersion,
                LogPolicy = command.LogPolicy,
                Batching = command.Batching,
                Limits = command.Limits,
                Shadow = command.Shadow,
                Versions = command.Versions,
                GoldenSamples = command.GoldenSamples,
                Canary = canary,
                PayloadLog = command.PayloadLog,
            },
            variants,
            command.Reason,
            now);
    }

    /// <exception cref="FailedPreconditionException">It has another revision.</exception>
    public static void CheckRemoval(EndpointInfo current, RemoveEndpoint command) => RequireRevision(current.Name, command.ExpectedRevision, current.Revision);

    public static EndpointInfo Rollback(EndpointInfo current, string reason, DateTimeOffset now)
    {
        var before = FindBefore(current)
            ?? throw new FailedPreconditionException($"Endpoint '{current.Name}' has no variants before its present ones to roll back to.", "endpoint");
        // A policy would bring the newest version back at once. What was before a canary is what its steps began from.
        var rolled = current with { Versions = null };
        var changed = current.Canary is { Status: not CanaryStatus.RolledBack } canary
            ? Change(rolled with { Canary = canary with { Status = CanaryStatus.RolledBack, Since = now, Reason = $"The endpoint was rolled back: {reason}" } }, canary.Before, reason, now)
            : Change(rolled with { Canary = null }, before.Variants, reason, now);
        return changed with { UnloadedAt = current.UnloadedAt };
    }

    /// <summary>The change before the last; before a canary that went back, what was served before the versions it came to stand beside.</summary>
    private static EndpointChange? FindBefore(EndpointInfo current)
    {
        var earlier = current.History.Reverse().Skip(1);
        return current.Canary is { Status: CanaryStatus.RolledBack } canary
            ? earlier.SkipWhile(change => change.Variants.Any(variant => variant.Version == canary.Spec.Version) || IsSame(change.Variants, canary.Before)).FirstOrDefault()
            : earlier.FirstOrDefault();
    }

    private static bool IsSame(VariantSpec[] variants, VariantSpec[] others) =>
        variants.Select(variant => (variant.Name, variant.Version, variant.Weight)).SequenceEqual(others.Select(variant => (variant.Name, variant.Version, variant.Weight)));

    private static void CheckPolicy(DeployEndpoint command)
    {
        if (command.Variants.Length > 0)
        {
            throw new InvalidInputException($"Endpoint '{command.Name}' is given variants and a version policy; only one of them can be meant.", "versions");
        }

        if (command.Versions is { Specific.Length: > 0 } specific)
        {
            if (specific.All || specific.Specific.Length > MostFollowed || specific.Specific.Any(version => version < 1) || specific.Specific.Distinct().Count() < specific.Specific.Length)
            {
                throw new InvalidInputException(
                    $"versions.specific is [{string.Join(", ", specific.Specific.Take(10))}]{(specific.All ? " beside versions.all" : "")}; 1 to {MostFollowed} different versions from 1 and no other policy are allowed.",
                    "versions.specific");
            }
        }
        else if (command.Versions is { Latest: < 1 or > MostLatest } policy)
        {
            throw new InvalidInputException($"versions.latest is {policy.Latest}; 1 to {MostLatest} are allowed.", "versions.latest");
        }
    }

    private static void RequireRevision(string name, int? expected, int revision)
    {
        if (expected is { } asked && asked != revision)
        {
            throw new FailedPreconditionException($"Endpoint '{name}' has revision {revision}, not {asked}.", "expected_revision");
        }
    }

    /// <exception cref="FailedPreconditionException">Versions take different inputs.</exception>
    public static void RequireSameInputs(IReadOnlyList<ModelVersionInfo> versions)
    {
        if (versions.FirstOrDefault(version => !TakesTheSame(version, versions[0])) is { } other)
        {
            throw new FailedPreconditionException(
                $"Versions {versions[0].Version} and {other.Version} of model '{other.Model}' take different inputs; variants of one endpoint must take the same.", "variants");
        }
    }

    private static bool TakesTheSame(ModelVersionInfo version, ModelVersionInfo other) =>
        version.Signature.SequenceEqual(other.Signature)
        && (version.Tensors is null) == (other.Tensors is null)
        && (version.Tensors is null || TensorSpecs.AreSame(version.Tensors.Inputs, other.Tensors!.Inputs));

    private static EndpointInfo Change(EndpointInfo info, VariantSpec[] variants, string? reason, DateTimeOffset now)
    {
        var revision = info.Revision + 1;
        var change = new EndpointChange { Revision = revision, Variants = variants, Reason = reason, At = now };
        return info with
        {
            Revision = revision,
            Variants = variants,
            UnloadedAt = null,
            UpdatedAt = now,
            History = [.. info.History.TakeLast(KeptChanges - 1), change],
        };
    }
}
