using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Engines of general models. The types of tensors have the same numbers in the contract and in the engines.</summary>
internal static class TensorEngines
{
    /// <exception cref="InvalidDataException">The bytes are no model that can run.</exception>
    public static IModelEngine Open(ModelVersionInfo version, byte[] bytes, Builtins builtins) =>
        version.Builtin is { } name ? builtins.Open(name)
        : version.Onnx is not null ? new OnnxEngine(bytes)
        : version is { TorchScript: not null, Tensors: { } tensors } ? new TorchScriptEngine(bytes, [.. tensors.Inputs.Select(ToEngine)], [.. tensors.Outputs.Select(ToEngine)])
        : throw new InvalidDataException("nothing that can be served was registered.");

    public static TensorSignature SignatureOf(IModelEngine engine) => new()
    {
        Inputs = [.. engine.Inputs.Select(ToContract)],
        Outputs = [.. engine.Outputs.Select(ToContract)],
    };

    private static EngineTensorSpec ToEngine(TensorSpec spec) => new(spec.Name, (ElementType)spec.Type, spec.Shape, spec.Optional);

    private static TensorSpec ToContract(EngineTensorSpec spec) =>
        new() { Name = spec.Name, Type = (TensorType)spec.Type, Shape = [.. spec.Shape], Optional = spec.Optional };
}
