using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>Models that are made here, and how they come to a node.</summary>
internal static class GeneralModels
{
    public const string Input = "input";

    public static readonly long[] Image = [1, 3, 32, 32];

    private const long Wide = 4096;

    /// <summary>
    /// A network of the kind of ResNet-20 for images of 32 x 32: nineteen convolutions of 3 x 3 with normalization in three stages, then the mean of
    /// each channel and a layer. Without the connections past the layers, which cost next to nothing and which the exporter does not write.
    /// </summary>
    public static byte[] Convolutional()
    {
        TorchNative.EnsureLoadable();
        torch.random.manual_seed(20);
        var layers = new List<Module<torch.Tensor, torch.Tensor>>();
        var channels = 3L;
        foreach (var (width, count, stride) in new[] { (32L, 7, 1L), (64L, 6, 2L), (128L, 6, 2L) })
        {
            for (var i = 0; i < count; i++)
            {
                layers.AddRange([Conv2d(channels, width, 3, stride: i == 0 ? stride : 1, padding: 1, bias: false), BatchNorm2d(width), ReLU()]);
                channels = width;
            }
        }

        layers.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(channels, 10)]);
        using var network = Sequential(layers);
        return ModuleConversion.Convert(network, new EngineTensor(Input, ElementType.Float32, [0, .. Image[1..]], default)).Onnx.ToArray();
    }

    /// <summary>A model whose size is its weights: 134 MB.</summary>
    public static byte[] Large()
    {
        TorchNative.EnsureLoadable();
        torch.random.manual_seed(16);
        using Sequential network = Sequential(Linear(16, Wide), ReLU(), Linear(Wide, Wide), ReLU(), Linear(Wide, Wide), ReLU(), Linear(Wide, 1));
        return ModuleConversion.Convert(network, new EngineTensor(Input, ElementType.Float32, [0, 16], default)).Onnx.ToArray();
    }

    public static async Task RegisterAsync(IMlopsClient client, string model, byte[] onnx)
    {
        using var content = new MemoryStream(onnx);
        var blob = await client.Models.UploadAsync(content);
        await client.Models.RegisterAsync(new RegisterModelVersion { Model = model, Onnx = blob, OperationId = model });
    }

    public static Task DeployAsync(IMlopsClient client, string endpoint, string model, BatchingSpec? batching = null) => client.Serving.DeployAsync(new DeployEndpoint
    {
        Name = endpoint,
        Model = model,
        Variants = [new() { Name = "v1", Version = 1 }],
        Batching = batching ?? new(),
        OperationId = Guid.NewGuid().ToString("N"),
    });
}
