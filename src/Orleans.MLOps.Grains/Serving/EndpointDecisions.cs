using Orleans.MLOps.Grains.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What an endpoint may become. Pure: refusals are exceptions, and nothing is changed in place.</summary>
internal static class EndpointDecisions
{
    private const int KeptChanges = 100;

    public static void Validate(DeployEndpoint command)
    {
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

        RequireOperationId(command.OperationId);
    }

    public static void RequireOperationId(string? operationId)
    {
        if (string.IsNullOrWhiteSpace(operationId))
        {
            throw new InvalidInputException("operation id is empty; it names the command so that repeating it is safe.", "operation_id");
        }
    }

    public static EndpointInfo Deploy(
        EndpointInfo? current, DeployEndpoint command, IReadOnlyList<ModelVersionInfo> versions, int? viewVersion, DateTimeOffset now)
    {
        if (command.ExpectedRevision is { } expected && expected != (current?.Revision ?? 0))
        {
            throw new FailedPreconditionException(
                $"Endpoint '{command.Name}' has revision {current?.Revision ?? 0}, not {expected}.", "expected_revision");
        }

        if (current is not null && current.Model != command.Model)
        {
            throw new FailedPreconditionException(
                $"Endpoint '{command.Name}' serves model '{current.Model}'; another model ('{command.Model}') needs an endpoint of its own.", "model");
        }

        foreach (var version in versions)
        {
            _ = version.RequireServable("variants");
        }

        if (versions.FirstOrDefault(version => !version.Signature.SequenceEqual(versions[0].Signature)) is { } other)
        {
            throw new FailedPreconditionException(
                $"Versions {versions[0].Version} and {other.Version} of model '{other.Model}' take different inputs; variants of one endpoint must take the same.", "variants");
        }

        return Change(
            (current ?? new EndpointInfo { Project = command.Project, Name = command.Name, Model = command.Model }) with
            {
                Model = command.Model,
                FeatureView = command.FeatureView,
                FeatureViewVersion = viewVersion,
                LogPolicy = command.LogPolicy,
            },
            command.Variants,
            command.Reason,
            now);
    }

    public static EndpointInfo Rollback(EndpointInfo current, string reason, DateTimeOffset now)
    {
        var before = current.History.Length > 1
            ? current.History[^2]
            : throw new FailedPreconditionException($"Endpoint '{current.Name}' has no variants before its present ones to roll back to.", "endpoint");
        return Change(current, before.Variants, reason, now);
    }

    private static EndpointInfo Change(EndpointInfo info, VariantSpec[] variants, string? reason, DateTimeOffset now)
    {
        var revision = info.Revision + 1;
        var change = new EndpointChange { Revision = revision, Variants = variants, Reason = reason, At = now };
        return info with
        {
            Revision = revision,
            Variants = variants,
            UpdatedAt = now,
            History = [.. info.History.TakeLast(KeptChanges - 1), change],
        };
    }
}
