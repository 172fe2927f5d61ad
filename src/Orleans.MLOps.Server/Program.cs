Console.WriteLine("Orleans.MLOps");
