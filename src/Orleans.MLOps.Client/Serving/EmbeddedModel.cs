using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Resilience;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>
/// A packaged network of the platform in the caller's process: no node, no network, nothing recorded or monitored unless <see cref="ReportTo"/> says so. It takes the columns that
/// <see cref="IServingClient.PredictAsync"/> takes and computes what an endpoint of the version computes for the same rows; only that windows of a
/// feature view, which an endpoint computes, are columns that the caller gives, as <see cref="PredictRequest.ReturnFeatures"/> gives them back.
/// Thread-safe: callers run on their own threads.
/// </summary>
public sealed class EmbeddedModel : IDisposable
{
    private readonly TabularScorer scorer;
    private readonly FeatureLayout layout;
    private readonly Lock gate = new();
    private EmbeddedTelemetry? telemetry;

    private EmbeddedModel(ModelPackage package, TabularScorer scorer)
    {
        (Manifest, PackageDigest, this.scorer) = (package.Manifest, package.Digest, scorer);
        layout = FeatureLayout.Create(Manifest.Signature, null);
    }

    /// <summary>What the package says of the version: signature, metrics, lineage.</summary>
    public ModelPackageManifest Manifest { get; }

    /// <summary>The package's digest, the lower-case hex SHA-256 of its manifest.</summary>
    public string PackageDigest { get; }

    /// <summary>Opens a package, checks every byte of it and loads its network. The file is closed again.</summary>
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

    /// <summary>Loads the network of an opened package, which may be disposed afterwards.</summary>
    /// <param name="package">The package.</param>
    /// <returns>The model; dispose it to free it.</returns>
    /// <exception cref="InvalidInputException">The package's parts are not of one model; the field names the entry.</exception>
    /// <exception cref="DataLossException">The network cannot be loaded; the field names the entry.</exception>
    /// <exception cref="FailedPreconditionException">The version may not serve: its export failed parity, or the package holds none.</exception>
    public static EmbeddedModel Load(ModelPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        var manifest = package.Manifest;
        if (manifest.Find(ModelPackageFormat.Onnx) is null)
        {
            throw new FailedPreconditionException($"The package of {Name(manifest)} holds no '{ModelPackageFormat.Onnx}'; only a version with one can answer.", ModelPackageFormat.Onnx);
        }

        if (!manifest.Parity.Passed)
        {
            throw new FailedPreconditionException(
                $"{Name(manifest)} may not serve: its export differs from the trained network by up to {manifest.Parity.MaxAbsoluteDifference:g3}.", ModelPackageFormat.Manifest);
        }

        try
        {
            var network = TabularNetworkSpec.Parse(manifest.NetworkJson);
            RequireSignature(manifest, network);
            return new(package, new TabularScorer(network, package.ReadEntry(ModelPackageFormat.Onnx)));
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            throw new DataLossException($"{Name(manifest)} cannot be loaded: {error.Message}", ModelPackageFormat.Onnx, error);
        }
    }

    /// <summary>Answers rows on the caller's thread.</summary>
    /// <param name="columns">
    /// The columns of the manifest's signature, each once, in any order and all of one length: numbers with NaN for missing, texts with the empty text
    /// for missing. None, or columns without values, are no rows.
    /// </param>
    /// <returns>Probability of the positive class, one a row: bit for bit what an endpoint computes for the same rows in one request that shares no batch with others.</returns>
    /// <exception cref="InvalidInputException">
    /// A column is missing, unknown, given twice, of another type or length, or holds what no feature can be; the field names the column.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public double[] Predict(params FeatureColumn[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var reporter = Volatile.Read(ref telemetry);
        var started = reporter?.Start() ?? 0;
        var bound = ColumnBinder.Bind(layout, columns);
        var probabilities = Array.ConvertAll(scorer.Score(bound.Numeric, bound.Categorical, bound.Rows), probability => (double)probability);
        reporter?.Offer(bound, probabilities, started);
        return probabilities;
    }

    /// <summary>Reports from now on what is answered to an endpoint that has the version, in the background, until what is given back is disposed.</summary>
    /// <param name="serving">The platform; it must outlive the reporting.</param>
    /// <param name="endpoint">The endpoint, whose monitors and prediction log get the predictions.</param>
    /// <param name="options">Bounds and delays; absent for the defaults.</param>
    /// <returns>The reporting; dispose it before the model and the client.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    /// <exception cref="FailedPreconditionException">The model reports already.</exception>
    public EmbeddedTelemetry ReportTo(IServingClient serving, string endpoint, EmbeddedTelemetryOptions? options = null) =>
        Attach(serving, endpoint, options, ProcessEnd.Current);

    internal EmbeddedTelemetry Attach(IServingClient serving, string endpoint, EmbeddedTelemetryOptions? options, ProcessEnd process)
    {
        ArgumentNullException.ThrowIfNull(serving);
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        options ??= new();
        options.Check();
        lock (gate)
        {
            if (telemetry is not null)
            {
                throw new FailedPreconditionException($"{Name(Manifest)} reports already: dispose the {nameof(EmbeddedTelemetry)} before.", "telemetry");
            }

            var head = new ReportPredictions { Project = options.Project, Endpoint = endpoint, ModelVersion = options.ModelVersion ?? Manifest.Version };
            return telemetry = new EmbeddedTelemetry(serving, head, layout, options, ended => Interlocked.CompareExchange(ref telemetry, null, ended), process);
        }
    }

    /// <summary>Refuses new calls and frees the model when the last call under way has ended. Idempotent.</summary>
    public void Dispose() => scorer.Dispose();

    /// <summary>Columns are bound by the signature and encoded by the network, so both must name the same ones in the same order.</summary>
    private static void RequireSignature(ModelPackageManifest manifest, TabularNetworkSpec network)
    {
        SignatureColumn[] needed = [.. network.Numeric.Select(input => new SignatureColumn { Name = input.Name }), .. network.Categorical.Select(input => new SignatureColumn { Name = input.Name, Categorical = true })];
        SignatureColumn[] given = [.. manifest.Signature.OrderBy(column => column.Categorical)];
        if (!given.SequenceEqual(needed))
        {
            throw new InvalidInputException(
                $"The signature of {Name(manifest)} has the inputs {Names(given)}; its network takes {Names(needed)}.", ModelPackageFormat.Manifest);
        }
    }

    private static string Names(SignatureColumn[] columns) => string.Join(", ", columns.Select(column => $"'{column.Name}' ({(column.Categorical ? "text" : "number")})"));

    private static string Name(ModelPackageManifest manifest) => $"Version {manifest.Version} of model '{manifest.Model}'";
}
