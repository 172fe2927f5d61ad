using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What a registration makes. Pure.</summary>
internal static class RegistrationRules
{
    /// <summary>The output of every model that the platform trains.</summary>
    public static readonly OutputColumn Probability = new() { Name = "probability", Type = "double" };

    public static RegistryOperation Operation(RegisterModelVersion command) =>
        RegistryOperation.Registration(command.Weights is { } weights ? $"weights {weights.Digest}" : $"source {command.Source}");

    /// <summary>The record of a version with the given number.</summary>
    public static ModelVersionInfo Version(RegisterModelVersion command, int number, DateTimeOffset now) => new()
    {
        Project = command.Project,
        Model = command.Model,
        Version = number,
        Digest = command.Weights?.Digest,
        Status = command.Parity is { Passed: false } ? ModelVersionStatus.Refused : ModelVersionStatus.Ready,
        Onnx = command.Onnx,
        Weights = command.Weights,
        NetworkJson = command.NetworkJson,
        Signature = command.Signature,
        Outputs = command.Outputs.Length == 0 && command.Onnx is not null ? [Probability] : command.Outputs,
        Parity = command.Parity,
        Reference = command.Reference,
        Job = command.Job,
        RunId = command.RunId,
        DatasetVersion = command.DatasetVersion,
        FeatureView = command.FeatureView,
        Metrics = command.Metrics,
        Source = command.Source,
        RunLink = command.RunLink,
        LoggedModelId = command.LoggedModelId,
        User = command.User,
        Description = string.IsNullOrEmpty(command.Description) ? null : command.Description,
        Tags = command.Tags,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
