namespace Orleans.MLOps.Training;

/// <summary>What a silo offers, and a job asks for, to train on.</summary>
[GenerateSerializer]
public enum Accelerator
{
    /// <summary>Processors only; a job may train on any silo of role training.</summary>
    Cpu,

    /// <summary>A CUDA device; a job trains only on silos that have one.</summary>
    Cuda,
}
