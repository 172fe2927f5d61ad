namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>A refusal by a code of MLflow's that no kind of the platform's errors stands for; clients do not repeat it.</summary>
internal sealed class MlflowRefusalException(string code, string message, Exception cause) : Exception(message, cause)
{
    public string Code => code;
}
