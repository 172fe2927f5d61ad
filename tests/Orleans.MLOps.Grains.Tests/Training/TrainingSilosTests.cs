using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingSilosTests
{
    [Theory]
    [InlineData("cpu", Accelerator.Cpu, true)]
    [InlineData("cuda", Accelerator.Cpu, true)]
    [InlineData("cuda", Accelerator.Cuda, true)]
    [InlineData("cpu", Accelerator.Cuda, false)]
    public void IsFit_AcceleratorAskedFor_IsOnTheSilo(string has, Accelerator asked, bool expected) => Assert.Equal(expected, TrainingSilos.IsFit(has, asked));

    [Fact]
    public void NoSiloWith_EachAccelerator_NamesWhatIsMissing()
    {
        Assert.Contains("role training", TrainingWaits.NoSiloWith(Accelerator.Cpu), StringComparison.Ordinal);
        Assert.Contains("accelerator=cuda", TrainingWaits.NoSiloWith(Accelerator.Cuda), StringComparison.Ordinal);
    }
}
