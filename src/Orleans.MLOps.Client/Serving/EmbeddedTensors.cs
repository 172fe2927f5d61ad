using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>A packaged model of tensors. The types of tensors have the same numbers in the contract and in the engines.</summary>
internal sealed class EmbeddedTensors : IEmbeddedCore
{
    private readonly OnnxEngine engine;
    private readonly string model;

    private EmbeddedTensors(string model, TensorSignature tensors, OnnxEngine engine) => (this.model, Tensors, this.engine) = (model, tensors, engine);

    public TensorSignature Tensors { get; }

    /// <exception cref="InvalidDataException">The bytes are no model that can run.</exception>
    /// <exception cref="InvalidInputException">The model takes or gives other tensors than the manifest says.</exception>
    public static EmbeddedTensors Open(ModelPackageManifest manifest, TensorSignature said, byte[] onnx)
    {
        var engine = new OnnxEngine(onnx);
        TensorSpec[] inputs = [.. engine.Inputs.Select(ToContract)], outputs = [.. engine.Outputs.Select(ToContract)];
        if (TensorSpecs.AreSame(said.Inputs, inputs) && TensorSpecs.AreSame(said.Outputs, outputs))
        {
            return new(manifest.Model, said, engine);
        }

        engine.Dispose();
        throw new InvalidInputException(
            $"The tensors of {manifest.Title} differ from what '{ModelPackageFormat.Onnx}' says: it takes {TensorRules.Names(inputs)} and gives {TensorRules.Names(outputs)}.",
            ModelPackageFormat.Manifest);
    }

    public double[] Predict(FeatureColumn[] columns) =>
        throw new FailedPreconditionException($"Model '{model}' takes tensors, not columns of features; infer with it instead.", "columns");

    public Tensor[] Infer(Tensor[] inputs, string[] outputs)
    {
        try
        {
            return Array.ConvertAll(engine.Run(Array.ConvertAll(inputs, ToEngine), outputs), output => ToContract(output));
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException(error.Message, "inputs", error);
        }
    }

    public EmbeddedTelemetry Attach(IServingClient serving, ReportPredictions head, EmbeddedTelemetryOptions options, ProcessEnd process) =>
        throw new FailedPreconditionException($"Model '{model}' takes tensors, which are not recorded; only predictions from columns of features are reported.", "model");

    public void Dispose() => engine.Dispose();

    private static EngineTensor ToEngine(Tensor tensor) => new(tensor.Name, (ElementType)tensor.Type, tensor.Shape, tensor.Data);

    private static Tensor ToContract(in EngineTensor tensor) =>
        new() { Name = tensor.Name, Type = (TensorType)tensor.Type, Shape = tensor.Shape, Data = tensor.AsArray() };

    private static TensorSpec ToContract(EngineTensorSpec spec) =>
        new() { Name = spec.Name, Type = (TensorType)spec.Type, Shape = [.. spec.Shape], Optional = spec.Optional };
}
