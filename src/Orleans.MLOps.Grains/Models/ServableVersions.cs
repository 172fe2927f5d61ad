using System.Diagnostics.CodeAnalysis;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Tells versions with weights from foreign ones, and those that may serve from the others.</summary>
internal static class ServableVersions
{
    /// <summary>The weights and network of a version.</summary>
    /// <exception cref="FailedPreconditionException">It is a foreign one.</exception>
    public static (BlobRef Weights, string NetworkJson) RequireWeights(this ModelVersionInfo version, string field) =>
        version is { Weights: { } weights, NetworkJson: { } network } ? (weights, network) : throw Foreign(version, field);

    /// <exception cref="FailedPreconditionException">It may not serve: its export failed parity, or it is a foreign one.</exception>
    public static void RequireServable(this ModelVersionInfo version, string field)
    {
        if (!version.HasServable())
        {
            throw Foreign(version, field);
        }

        if (version.Status != ModelVersionStatus.Ready)
        {
            throw new FailedPreconditionException(
                $"Version {version.Version} of model '{version.Model}' may not serve: its export differs from the trained network by up to {version.Parity?.MaxAbsoluteDifference:g3}.", field);
        }
    }

    /// <summary>A version that the platform could serve, whatever its parity.</summary>
    public static bool HasServable(this ModelVersionInfo version) => version is { Onnx: not null } or { TorchScript: not null } or { Builtin: not null };

    /// <summary>A version whose bytes the platform holds.</summary>
    public static bool HasWeights([NotNullWhen(true)] this ModelVersionInfo? version) => version?.Weights is not null;

    private static FailedPreconditionException Foreign(ModelVersionInfo version, string field) => new(
        $"Version {version.Version} of model '{version.Model}' {(version.HasServable() ? "was not trained here: the platform holds no weights of it, so it cannot be trained on." : $"is a foreign model at '{version.Source}': the platform holds no weights of it, so it can neither serve nor be trained on.")}", field);
}
