using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What a registration makes. Pure.</summary>
internal static class RegistrationRules
{
    /// <summary>The output of every model that the platform trains.</summary>
    public static readonly OutputColumn Probability = new() { Name = "probability", Type = "double" };

    public static RegistryOperation Operation(RegisterModelVersion command) =>
        RegistryOperation.Registration(
        command.Weights is { } weights ? $"weights {weights.Digest}"
        : command.Onnx is { } onnx ? $"onnx {onnx.Digest}"
        : command.TorchScript is { } script ? $"torch_script {script.Digest}"
        : command.Builtin is { } builtin ? $"builtin {builtin}"
        : $"source {command.Source}");

    /// <summary>The number that a version gets when the given one is the next.</summary>
    /// <exception cref="FailedPreconditionException">The number asked for is below it.</exception>
    public static int Number(RegisterModelVersion command, int next) => command.Version is not { } asked || asked >= next
        ? command.Version ?? next
        : throw new FailedPreconditionException(
            $"Version {asked} of model '{command.Model}' cannot be registered: numbers are used once and grow, and {next} is the next.", "version");

    /// <summary>The record of a version with the given number.</summary>
    public static ModelVersionInfo Version(RegisterModelVersion command, TensorSignature? tensors, int number, DateTimeOffset now) => new()
    {
        Project = command.Project,
        Model = command.Model,
        Version = number,
        Digest = (command.Weights ?? command.Onnx ?? command.TorchScript)?.Digest,
        Status = command.Parity is { Passed: false } ? ModelVersionStatus.Refused : ModelVersionStatus.Ready,
        Onnx = command.Onnx,
        Weights = command.Weights,
        NetworkJson = command.NetworkJson,
        Signature = command.Signature,
        Outputs = command.Outputs.Length == 0 && command.Weights is not null ? [Probability] : command.Outputs,
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
        TorchScript = command.TorchScript,
        Builtin = command.Builtin,
        Tensors = tensors ?? command.Tensors,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
