using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Orleans.MLOps.Learning.Tests.Models;

/// <summary>Networks to compare; apart from the tests for the reason that <see cref="ModuleCases"/> gives.</summary>
internal static class SmallNetworks
{
    public static Sequential Classifier() => Sequential(Linear(4, 8), Tanh(), Linear(8, 3), Dropout(0.5), Softmax(1));

    public static (Sequential Module, ElementType Type, long[] Shape) Any(Random random)
    {
        var layers = new List<TensorModule>();
        var width = random.Next(2, 9);
        long[] shape;
        var type = ElementType.Float32;
        switch (random.Next(4))
        {
            case 0:
                shape = [width];
                break;
            case 1:
                shape = [2, 9, 8];
                var channels = 2 * random.Next(1, 4);
                layers.AddRange([
                    Conv2d(2, channels, random.Next(1, 4), stride: random.Next(1, 3), padding: random.Next(2), groups: random.Next(1, 3)),
                    Activation(random), random.Next(2) == 0 ? MaxPool2d(2) : AvgPool2d(2, 1), BatchNorm2d(channels), AdaptiveAvgPool2d(1), Flatten()]);
                width = channels;
                break;
            case 2:
                shape = [3, 12];
                layers.AddRange([Conv1d(3, width, 3, padding: Padding.Same, dilation: random.Next(1, 3)), Activation(random), AdaptiveAvgPool1d(1), Flatten()]);
                break;
            default:
                shape = [random.Next(1, 6)];
                type = ElementType.Int64;
                layers.Add(Embedding(random.Next(1, 20), width));
                var (hidden, both, deep) = (random.Next(1, 6), random.Next(2) == 0, random.Next(1, 3));
                layers.Add(random.Next(2) == 0
                    ? new RecurrentLayer(LSTM(width, hidden, numLayers: deep, batchFirst: true, bidirectional: both), lastStep: true)
                    : new RecurrentLayer(GRU(width, hidden, numLayers: deep, batchFirst: true, bidirectional: both), lastStep: true));
                width = both ? 2 * hidden : hidden;
                break;
        }

        for (var depth = random.Next(1, 4); depth > 0; depth--)
        {
            var next = random.Next(1, 9);
            layers.AddRange([Sequential(Linear(width, next, hasBias: random.Next(4) > 0), Dropout()), Activation(random)]);
            width = next;
        }

        if (random.Next(2) == 0)
            layers.Add(random.Next(2) == 0 ? Softmax(1) : LogSoftmax(-1));
        return (Sequential(layers), type, shape);
    }

    private static TensorModule Activation(Random random) => random.Next(11) switch
    {
        0 => ReLU(),
        1 => LeakyReLU(0.2),
        2 => ELU(),
        3 => SELU(),
        4 => GELU(),
        5 => SiLU(),
        6 => Sigmoid(),
        7 => Tanh(),
        8 => Hardswish(),
        9 => Hardsigmoid(),
        _ => Softplus(),
    };
}
