using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>
/// A packaged model in the caller's process: no node, no network, nothing recorded or monitored unless <see cref="ReportTo"/> says so. <see cref="Infer(Tensor[])"/> takes the tensors that
/// <see cref="IServingClient.InferAsync"/> takes; a network of the platform also takes, in <see cref="Predict"/>, the columns of
/// <see cref="IServingClient.PredictAsync"/>. It computes what an endpoint of the version computes for the same request; only that windows of a
/// feature view, which an endpoint computes, are columns that the caller gives, as <see cref="PredictRequest.ReturnFeatures"/> gives them back.
/// Thread-safe: callers run on their own threads.
/// </summary>
public sealed class EmbeddedModel : IDisposable
{
    private readonly IEmbeddedCore core;

    private EmbeddedModel(ModelPackage package, IEmbeddedCore core) => (Manifest, PackageDigest, this.core) = (package.Manifest, package.Digest, core);

    /// <summary>What the package says of the version: signature, metrics, lineage.</summary>
    public ModelPackageManifest Manifest { get; }

    /// <summary>The package's digest, the lower-case hex SHA-256 of its manifest.</summary>
    public string PackageDigest { get; }

    /// <summary>What <see cref="Infer(Tensor[])"/> takes and gives.</summary>
    public TensorSignature Tensors => core.Tensors;

    /// <summary>Opens a package, checks every byte of it and loads its model. The file is closed again.</summary>
    /// <param name="path">The file, such as <c>model.mlops.zip</c>.</param>
    /// <returns>The model; dispose it to free it.</returns>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidInputException">It is no package of this format, or its parts are not of one model; the field names the entry.</exception>
    /// <exception cref="DataLossException">An entry's bytes are not those that the manifest names, or cannot be loaded; the field names the entry.</exception>
    /// <exception cref="FailedPreconditionException">The version may not serve: its export failed parity, or the package holds none.</exception>
    public static EmbeddedModel Load(string path)
    {
        using var package = ModelPackage.Open(path);
        return Load(package);
    }

    /// <summary>Loads the model of an opened package, which may be disposed afterwards.</summary>
    /// <param name="package">The package.</param>
    /// <returns>The model; dispose it to free it.</returns>
    /// <exception cref="InvalidInputException">The package's parts are not of one model; the field names the entry.</exception>
    /// <exception cref="DataLossException">The model cannot be loaded; the field names the entry.</exception>
    /// <exception cref="FailedPreconditionException">The version may not serve: its export failed parity, or the package holds none.</exception>
    public static EmbeddedModel Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var manifest = package.Manifest;
        if (manifest.Find(ModelPackageFormat.Onnx) is null)
        {
            throw new FailedPreconditionException($"The package of {manifest.Title} holds no '{ModelPackageFormat.Onnx}'; only a version with one can answer.", ModelPackageFormat.Onnx);
        }

        if (manifest.Parity is { Passed: false } parity)
        {
            throw new FailedPreconditionException(
                $"{manifest.Title} may not serve: its export differs from the trained network by up to {parity.MaxAbsoluteDifference:g3}.", ModelPackageFormat.Manifest);
        }

        try
        {
            var onnx = package.ReadEntry(ModelPackageFormat.Onnx);
            return new(package, manifest.Tensors is { } tensors ? EmbeddedTensors.Open(manifest, tensors, onnx) : EmbeddedColumns.Open(manifest, onnx));
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw new DataLossException($"{manifest.Title} cannot be loaded: {error.Message}", ModelPackageFormat.Onnx, error);
        }
    }

    /// <summary>Answers rows of a network of the platform on the caller's thread.</summary>
    /// <param name="columns">
    /// The columns of the manifest's signature, each once, in any order and all of one length: numbers with NaN for missing, texts with the empty text
    /// for missing. None, or columns without values, are no rows.
    /// </param>
    /// <returns>Probability of the positive class, one a row: bit for bit what an endpoint computes for the same rows in one request that shares no batch with others.</returns>
    /// <exception cref="InvalidInputException">
    /// A column is missing, unknown, given twice, of another type or length, or holds what no feature can be; the field names the column.
    /// </exception>
    /// <exception cref="FailedPreconditionException">The package holds a model of tensors; <see cref="Infer(Tensor[])"/> asks it.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public double[] Predict(params FeatureColumn[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return core.Predict(columns);
    }

    /// <summary>Answers tensors on the caller's thread, with all outputs.</summary>
    /// <param name="inputs">The inputs of <see cref="Tensors"/>, each once, in any order; they may not be changed meanwhile.</param>
    /// <returns>The outputs in the model's order: bit for bit what an endpoint computes for the same request that shares no batch with others.</returns>
    /// <exception cref="InvalidInputException">An input is missing, unknown, given twice, or of another type, shape or length, or the model cannot compute them; the field names the input.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Tensor[] Infer(params Tensor[] inputs) => Infer(inputs, null);

    /// <summary>Answers tensors on the caller's thread.</summary>
    /// <param name="inputs">The inputs of <see cref="Tensors"/>, each once, in any order; they may not be changed meanwhile.</param>
    /// <param name="outputs">Names of the outputs to give, each once; all when null or empty.</param>
    /// <returns>
    /// The outputs in the order of <paramref name="outputs"/>, or of the model: bit for bit what an endpoint computes for the same request that
    /// shares no batch with others. A network of the platform gives <c>probability</c>, and no <c>prediction_id</c>, because nothing is recorded.
    /// </returns>
    /// <exception cref="InvalidInputException">
    /// An input is missing, unknown, given twice, or of another type, shape or length, an output is unknown or named twice, or the model cannot compute them; the field names the input.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Tensor[] Infer(Tensor[] inputs, string[]? outputs)
    {
        string[] wanted = outputs ?? [];
        TensorRules.RequireAll(inputs, wanted);
        var model = new TensorTaker("model", Manifest.Model);
        TensorRules.CheckInputs(Tensors, inputs, model);
        TensorRules.CheckOutputs(Tensors, wanted, model);
        return core.Infer(inputs, wanted);
    }

    /// <summary>Reports from now on what is answered to an endpoint that has the version, in the background, until what is given back is disposed.</summary>
    /// <param name="serving">The platform; it must outlive the reporting.</param>
    /// <param name="endpoint">The endpoint, whose monitors and prediction log get the predictions.</param>
    /// <param name="options">Bounds and delays; absent for the defaults.</param>
    /// <returns>The reporting; dispose it before the model and the client.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    /// <exception cref="FailedPreconditionException">The model reports already, or takes tensors, which are not recorded.</exception>
    public EmbeddedTelemetry ReportTo(IServingClient serving, string endpoint, EmbeddedTelemetryOptions? options = null) =>
        Attach(serving, endpoint, options, ProcessEnd.Current);

    internal EmbeddedTelemetry Attach(IServingClient serving, string endpoint, EmbeddedTelemetryOptions? options, ProcessEnd process)
    {
        ArgumentNullException.ThrowIfNull(serving);
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        options ??= new();
        options.Check();
        var head = new ReportPredictions { Project = options.Project, Endpoint = endpoint, ModelVersion = options.ModelVersion ?? Manifest.Version };
        return core.Attach(serving, head, options, process);
    }

    /// <summary>Refuses new calls and frees the model when the last call under way has ended. Idempotent.</summary>
    public void Dispose() => core.Dispose();
}
