using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Models.Packages;

/// <summary>A platform that remembers blobs, versions and cards, as far as packages need it.</summary>
public sealed class FakeRegistryClient
{
    private readonly Dictionary<string, ModelVersionInfo> operations = [];

    public FakeRegistryClient()
    {
        var models = CallProxy.Create<IModelsClient>((method, arguments) => method.Name switch
        {
            nameof(IModelsClient.GetVersionAsync) => Task.FromResult(Versions.Single(version => version.Model == (string)arguments[0]! && version.Version == (int)arguments[1]!)),
            nameof(IModelsClient.GetCardAsync) => Task.FromResult(new ModelCard { Model = (string)arguments[0]!, Version = (int)arguments[1]!, Generated = "generated", Edited = Cards.GetValueOrDefault((int)arguments[1]!) }),
            nameof(IModelsClient.EditCardAsync) => EditAsync((EditModelCard)arguments[0]!),
            nameof(IModelsClient.UploadAsync) => UploadAsync((Stream)arguments[0]!),
            nameof(IModelsClient.RegisterAsync) => Task.FromResult(Register((RegisterModelVersion)arguments[0]!)),
            _ => throw new NotSupportedException(method.Name),
        });
        var datasets = CallProxy.Create<IDatasetsClient>((_, arguments) =>
            ((Stream)arguments[1]!).WriteAsync(Blobs[(string)arguments[0]!], (CancellationToken)arguments[2]!).AsTask());
        Client = CallProxy.Create<IMlopsClient>((method, _) => method.Name == "get_Models" ? models : method.Name == "get_Datasets" ? datasets : null);
    }

    public IMlopsClient Client { get; }

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public List<ModelVersionInfo> Versions { get; } = [];

    public Dictionary<int, string?> Cards { get; } = [];

    public List<RegisterModelVersion> Registrations { get; } = [];

    public BlobRef Add(byte[] content)
    {
        var digest = SamplePackage.Sha256(content);
        Blobs[digest] = content;
        return new() { Digest = digest, Length = content.Length };
    }

    private async Task<BlobRef> UploadAsync(Stream content)
    {
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory);
        return Add(memory.ToArray());
    }

    private Task<ModelCard> EditAsync(EditModelCard command)
    {
        Cards[command.Version] = command.Text;
        return Task.FromResult(new ModelCard { Model = command.Model, Version = command.Version, Generated = "generated", Edited = command.Text });
    }

    private ModelVersionInfo Register(RegisterModelVersion command)
    {
        Registrations.Add(command);
        if (!operations.TryGetValue(command.OperationId, out var version))
        {
            version = new()
            {
                Project = command.Project,
                Model = command.Model,
                Version = Versions.Count + 1,
                Digest = (command.Weights ?? command.Onnx)!.Digest,
                Onnx = command.Onnx,
                Weights = command.Weights,
                Reference = command.Reference,
                NetworkJson = command.NetworkJson,
                Signature = command.Signature,
                Outputs = command.Outputs,
                Parity = command.Parity,
                Tensors = command.Tensors,
                Metrics = command.Metrics,
                RunId = command.RunId,
                DatasetVersion = command.DatasetVersion,
                FeatureView = command.FeatureView,
                Job = command.Job,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Tags = command.Tags,
            };
            Versions.Add(version);
            operations[command.OperationId] = version;
        }

        return version;
    }
}
